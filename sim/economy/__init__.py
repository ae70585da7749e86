"""The world without support: demand, restructuring, demography, growth, projects, displacement."""

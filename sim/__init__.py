"""What happens in a month: the simulated world. Knows no file of a scenario, no cluster.

Importing this package is cheap: nothing is compiled before a kernel module is imported.
"""

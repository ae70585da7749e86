"""The stages that every scheme is made of. They read a scheme's row of rules, never its name."""

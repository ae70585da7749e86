"""What only one scheme has, one file each: how people respond to it, and kernels that no other needs."""

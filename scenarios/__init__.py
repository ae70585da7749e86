"""What is asked: cases, policies, schemes and territories as data, and what reads them."""

"""The demonstration: invented people, and the 2018 case played with them."""

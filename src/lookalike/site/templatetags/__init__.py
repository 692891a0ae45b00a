"""What templates of the case site can load."""

"""The pages of this step, a file each for what they are about."""

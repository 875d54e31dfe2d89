"""What runs at the start of a box, before anything of the user's: by its path, without this package."""

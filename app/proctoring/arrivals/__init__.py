"""Who comes in without standing on the list, and the PINs of the rooms they come into."""

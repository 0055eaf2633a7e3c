"""The commands, by what they are for; importing a module here offers its commands."""

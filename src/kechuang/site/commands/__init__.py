"""The commands of the site, one file each; each is imported when it is called."""

"""The code behind `./embassy`: `jobs/` has one file a command, the rest is shared by them."""

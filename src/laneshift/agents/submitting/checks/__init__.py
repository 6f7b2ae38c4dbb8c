"""What a submission is looked at for, one question a file. Pure but for reading objects of git."""

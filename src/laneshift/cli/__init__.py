"""The command line: words in, words out, one file per command."""

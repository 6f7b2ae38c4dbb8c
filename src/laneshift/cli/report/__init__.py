"""`laneshift report`: one file for each report, beside what it asks and how it looks on a terminal."""

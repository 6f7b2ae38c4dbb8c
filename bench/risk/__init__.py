"""Does ranking items by risk beat ranking them by size? On seeded repositories and on moves in real projects."""

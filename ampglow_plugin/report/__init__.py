"""Results to text, JSON lines and pictures. The only place where words are made for people to read."""

"""What a thief, a reader or a curious account might find of a reporter, and how to look for it."""

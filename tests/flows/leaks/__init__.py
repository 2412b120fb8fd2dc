"""A search for reporters in everything that a thief, a reader or a curious account might find."""

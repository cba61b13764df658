"""One participant's item set: drawn by a pure function, the same whenever it is drawn again."""

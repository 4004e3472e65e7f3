"""One copy of the records kept encrypted in three ways: a box's own, restic's, SQLCipher's."""

"""The sheets about one citizen: each module turns the open records into one kind of sheet."""

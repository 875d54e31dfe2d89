"""How long things take, each against a floor that is measured in the same run."""

"""`wirewatch doctor`: what is wrong with this installation, each finding with its mend."""

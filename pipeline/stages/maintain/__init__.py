"""Work outside the line: retention, reprocessing, and the rulings of people about meetings."""

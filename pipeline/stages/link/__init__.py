"""link: group copies and stories, assign reports to meetings, record new states and write alerts."""

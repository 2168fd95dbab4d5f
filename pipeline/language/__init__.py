"""Letters, sentences and dates as languages write them, and the words of config/languages."""

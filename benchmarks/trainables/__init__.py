"""Model-training problems: one file each, with the data and tables that they ship."""

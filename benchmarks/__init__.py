"""How much Tidemark costs, as ratios against something bare that is measured in the same run."""

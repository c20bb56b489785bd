"""Whether an upload is fit, told from ranged reads: a module for each format, and one sentence for each problem."""

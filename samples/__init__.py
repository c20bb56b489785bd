"""Small models to rehearse releases with, as data scientists would upload them."""

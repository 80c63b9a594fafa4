"""Command line programs as trainables: ``tunegrid run --command 'python train.py --lr {lr}'``."""

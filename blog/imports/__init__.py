"""Files -> articles. A folder can be imported again at any time: the same files give the same articles."""

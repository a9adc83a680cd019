"""The auditor: reads every offset on its own, classifies it, and writes what was refused."""

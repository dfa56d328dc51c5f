"""What every room shares: settings, errors, logging and the dataclasses that cross rooms. Imports none of ours."""

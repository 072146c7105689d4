//! The platforms on loopback, for trying the program and for its tests.

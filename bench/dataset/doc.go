// Package dataset makes the data that benchmarks run on: a workspace with ten
// channels, 210 members and years of conversations. What it makes follows from a
// size, a seed and a base time alone. It is written in bulk beside the store, in
// the store's tables, and must look as if the store had written it: "parley
// verify" passes on it.
package dataset

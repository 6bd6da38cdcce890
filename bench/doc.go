// Package bench measures Parley as its users meet it: a server of the same
// binary in a process of its own, real HTTP and sockets, a generated database of
// the wanted size. Each figure stands beside what the machine could do at best
// in the same minute: the rate of its disk's syncs, and the limit of a program
// that does only the unavoidable.
//
// The measurements change the data that they run on, as use does: hooks are kept
// and applied, replies are sent. The data stay valid.
package bench

// Package chaos kills the server while customers write and members answer, and
// then proves from outside that nothing was lost and nothing was sent twice.
//
// It runs the real binary and the simulator as processes. It plays Meta itself:
// thirty-two senders post signed webhooks of every kind, each up to five times,
// shuffled and batched, and repeat what was not acknowledged. Members answer
// through the API and repeat what got no answer under the same client_id. Some
// hold a socket open and follow the change log over every crash. Then the server
// is killed with SIGKILL, at a random moment or at a named point, and started
// again; PostgreSQL is broken under it in several ways. At the end of a round
// everything is let to finish, and the checker reads the database with SQL of its
// own, the simulator's journal, and what the senders, members and sockets wrote
// down.
//
// The package shares no code with the server. A round is made from its seed;
// what the machine does in between is not, so the same seed gives the same
// traffic and the same moments, not the same interleaving.
package chaos

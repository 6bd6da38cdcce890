package main

import (
	"testing"
	"time"

	"parley/desk"
)

func TestTheDoctorNamesWhatANodeHolds(t *testing.T) {
	all := []desk.Connection{{ID: 7, Name: "Shop"}, {ID: 8, Name: "Support"}}
	lease := func(name, node string, left time.Duration) desk.Tenure {
		return desk.Tenure{Lease: desk.Lease{Name: name, Token: 1}, Node: node, Left: left}
	}
	leases := []desk.Tenure{
		lease(desk.ClockLease, "a", time.Second), lease(desk.ConnectionLease(7), "a", time.Second),
		lease(desk.ConnectionLease(8), "b", time.Second), lease(desk.ConnectionLease(9), "a", -time.Second),
	}
	for node, want := range map[string]string{"a": `the clock, the connection "Shop"`, "b": `the connection "Support"`, "c": "nothing"} {
		if got := holdings(node, leases, all); got != want {
			t.Errorf("%s holds %s, want %s", node, got, want)
		}
	}
}

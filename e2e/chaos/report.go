package chaos

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// String is the report as docs/reliability.md shows it.
func (r Report) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%d kills in %d data folders, %d of them at named points%s", r.Kills, r.Rounds, r.AtPoints, tally(r.Points))
	if n := len(r.Recovered); n > 0 {
		took := slices.Sorted(slices.Values(r.Recovered))
		line("the database broke %d times%s; of the %d times that the server lived on, it worked again after a median of %s, at most %s", r.Breaks, tally(r.Broke), n, took[n/2].Round(time.Millisecond), took[n-1].Round(time.Millisecond))
	}
	line("%d webhooks with %d updates, acknowledged %d times, refused %d times", r.Posts, r.Updates, r.Acks, r.Refused)
	line("%d inbound messages kept; %d replies, %d accepted by the provider, %d flagged as perhaps twice, %d given up unconfirmed", r.Messages, r.Replies, r.Accepted, r.Flagged, r.Unconfirmed)
	line("%d frames to sockets over %d connections, %d resets", r.Frames, r.Resumes, r.Resets)
	if n := len(r.Restart); n > 0 {
		took := slices.Sorted(slices.Values(r.Restart))
		line("start to ready: median %s, 99 %% within %s, longest %s", took[n/2].Round(time.Millisecond), took[min(n-1, n*99/100)].Round(time.Millisecond), took[n-1].Round(time.Millisecond))
	}
	if len(r.Broken) == 0 {
		line("every invariant holds")
	}
	for _, f := range r.Broken {
		line("BROKEN %s", f)
	}
	return b.String()
}

// tally lists how often each was, by name.
func tally(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, counts[name]))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

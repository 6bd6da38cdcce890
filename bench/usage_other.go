//go:build !unix

package bench

import (
	"runtime/metrics"
	"time"
)

// use is what a process has used so far, as far as Go's runtime knows.
type use struct {
	CPU  time.Duration
	RSS  float64 // MB
	Peak float64
}

func used() (use, error) {
	s := []metrics.Sample{{Name: "/cpu/classes/total:cpu-seconds"}, {Name: "/cpu/classes/idle:cpu-seconds"}, {Name: "/memory/classes/total:bytes"}}
	metrics.Read(s)
	mb := float64(s[2].Value.Uint64()) / (1 << 20)
	return use{time.Duration((s[0].Value.Float64() - s[1].Value.Float64()) * float64(time.Second)), mb, mb}, nil
}

//go:build unix

package bench

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// use is what a process has used so far.
type use struct {
	CPU  time.Duration
	RSS  float64 // MB, now; the peak where the system does not tell
	Peak float64 // MB
}

func used() (u use, err error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return u, err
	}
	u.CPU = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	u.Peak = float64(r.Maxrss) / 1024
	if runtime.GOOS == "darwin" {
		u.Peak /= 1024 // bytes there
	}
	u.RSS = u.Peak
	if b, err := os.ReadFile("/proc/self/statm"); err == nil {
		if f := strings.Fields(string(b)); len(f) > 1 {
			if pages, err := strconv.ParseFloat(f[1], 64); err == nil {
				u.RSS = pages * float64(os.Getpagesize()) / (1 << 20)
			}
		}
	}
	return u, nil
}

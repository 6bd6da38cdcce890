package bench

import (
	"bufio"
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Machine is what the figures depend on.
type Machine struct {
	CPU   string  `json:"machine"` // as it calls itself
	Cores int     `json:"cores"`
	Syncs float64 `json:"sync_per_second"` // appends of 4 KB, each synced, where the data lie
	Load  string  `json:"load"`            // of the last minutes at the start; "" where the system does not tell
}

func lookAtMachine(dir string) (Machine, error) {
	m := Machine{CPU: cmp.Or(processor(), runtime.GOARCH), Cores: runtime.NumCPU()}
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		if f := strings.Fields(string(b)); len(f) > 2 {
			m.Load = strings.Join(f[:3], " ")
		}
	}
	var err error
	m.Syncs, err = syncRate(dir, time.Second)
	return m, err
}

func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if key, value, ok := strings.Cut(s.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// syncRate is how often a second a small append reaches the disk.
func syncRate(dir string, within time.Duration) (rate float64, err error) {
	f, err := os.CreateTemp(dir, "sync-*")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(filepath.Clean(f.Name()))) }()
	block := make([]byte, 4096)
	began, n := time.Now(), 0
	for time.Since(began) < within {
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		n++
	}
	return round(float64(n) / time.Since(began).Seconds()), nil
}

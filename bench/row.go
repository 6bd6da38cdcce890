package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// Row is one measured thing. What does not apply is null in JSON.
type Row struct {
	Name      string   `json:"name"`
	N         int      `json:"n"` // operations
	Seconds   float64  `json:"seconds"`
	PerSecond float64  `json:"per_second"`
	P50       *float64 `json:"p50_ms"`
	P95       *float64 `json:"p95_ms"`
	P99       *float64 `json:"p99_ms"`
	CPU       *float64 `json:"cpu_us_per_op"` // of the server's process; PostgreSQL's own is not in it
	RSS       *float64 `json:"rss_mb"`        // of the server's process, at the end
	Limit     *float64 `json:"limit_per_second"`
	Ratio     *float64 `json:"ratio"` // of per_second to the limit

	More map[string]float64 `json:"more"` // what only this row has
	Note string             `json:"note"` // what the row and its limit mean

	Machine
	Size     string `json:"size"`
	Database string `json:"database"` // "sqlite" or "postgres"
}

// timed fills in what follows from the times of single operations. all is
// sorted.
func (r Row) timed(all []time.Duration) Row {
	slices.Sort(all)
	if len(all) > 0 {
		r.P50, r.P95, r.P99 = ms(percentile(all, 50)), ms(percentile(all, 95)), ms(percentile(all, 99))
	}
	return r
}

// over fills in the rate.
func (r Row) over(n int, d time.Duration) Row {
	r.N, r.Seconds = n, round(d.Seconds())
	if d > 0 {
		r.PerSecond = round(float64(n) / d.Seconds())
	}
	return r
}

// burnt fills in the CPU of an operation.
func (r Row) burnt(d time.Duration) Row {
	if r.N > 0 {
		r.CPU = number(float64(d.Microseconds()) / float64(r.N))
	}
	return r
}

// against compares with a limit in operations per second.
func (r Row) against(limit float64) Row {
	if limit > 0 {
		r.Limit, r.Ratio = number(limit), number(r.PerSecond/limit)
	}
	return r
}

func (r Row) weighing(mb float64) Row {
	r.RSS = number(mb)
	return r
}

func (r Row) with(name string, v float64) Row {
	more := map[string]float64{name: round(v)}
	for k, had := range r.More {
		more[k] = had
	}
	r.More = more
	return r
}

// percentile is the smallest value that p percent of the sorted values do not
// exceed (nearest rank).
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

func number(v float64) *float64 {
	v = round(v)
	return &v
}

func ms(d time.Duration) *float64 { return number(float64(d) / float64(time.Millisecond)) }

// round keeps three decimals: nothing here is measured more exactly.
func round(v float64) float64 { return math.Round(v*1000) / 1000 }

// printer writes rows as they come, for people or for programs.
type printer struct {
	out    io.Writer
	json   bool
	record io.Writer // gets the JSON too; nil: nobody does
	head   bool
}

func (p *printer) print(r Row) error {
	if p.record != nil {
		if err := json.NewEncoder(p.record).Encode(r); err != nil {
			return err
		}
	}
	if p.json {
		return json.NewEncoder(p.out).Encode(r)
	}
	if !p.head {
		p.head = true
		if _, err := fmt.Fprintf(p.out, "%-22s %9s %9s %10s %9s %9s %9s %10s %8s %10s %6s\n",
			"", "n", "seconds", "per s", "p50 ms", "p95 ms", "p99 ms", "CPU µs/op", "RSS MB", "limit/s", "ratio"); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(p.out, "%-22s %9d %9.2f %10.1f %9s %9s %9s %10s %8s %10s %6s\n",
		r.Name, r.N, r.Seconds, r.PerSecond, cell(r.P50, 2), cell(r.P95, 2), cell(r.P99, 2), cell(r.CPU, 1), cell(r.RSS, 0), cell(r.Limit, 1), cell(r.Ratio, 2)); err != nil {
		return err
	}
	var more []string
	for k, v := range r.More {
		more = append(more, fmt.Sprintf("%s %g", strings.ReplaceAll(k, "_", " "), v))
	}
	slices.Sort(more)
	for _, line := range append(more, r.Note) {
		if line == "" {
			continue
		}
		if _, err := fmt.Fprintln(p.out, "                       "+line); err != nil {
			return err
		}
	}
	return nil
}

func cell(v *float64, decimals int) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.*f", decimals, *v)
}

package bench

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	tests := []struct {
		name   string
		sorted []time.Duration
		p      float64
		want   time.Duration
	}{
		{"nothing", nil, 99, 0},
		{"one", []time.Duration{7}, 50, 7},
		{"the median of two is the lower", []time.Duration{1, 9}, 50, 1},
		{"p99 of two is the higher", []time.Duration{1, 9}, 99, 9},
		{"p50 of 1 to 100", hundred, 50, 50},
		{"p95 of 1 to 100", hundred, 95, 95},
		{"p99 of 1 to 100", hundred, 99, 99},
		{"p99.1 of 1 to 100", hundred, 99.1, 100},
		{"p100", hundred, 100, 100},
		{"p0", hundred, 0, 1},
		{"p99 of 1 to 20", hundred[:20], 99, 20},
	}
	for _, tt := range tests {
		if got := percentile(tt.sorted, tt.p); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestPercentileCountsRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 50), func(n int) time.Duration { return time.Duration(n) }), 1, 200).Draw(t, "times")
		p := rapid.Float64Range(0.5, 100).Draw(t, "p")
		slices.Sort(all)
		v := percentile(all, p)
		upto, below := 0, 0
		for _, d := range all {
			if d <= v {
				upto++
			}
			if d < v {
				below++
			}
		}
		if share := 100 * float64(upto) / float64(len(all)); share < p-1e-9 {
			t.Fatalf("only %f %% are at most %d, want %f %%", share, v, p)
		}
		if share := 100 * float64(below) / float64(len(all)); share >= p {
			t.Fatalf("%f %% are below %d already, so a smaller value would do for %f %%", share, v, p)
		}
	})
}

func TestRowIsOneLineOfJSON(t *testing.T) {
	var out bytes.Buffer
	p := printer{out: &out, json: true}
	times := []time.Duration{3 * time.Millisecond, time.Millisecond, 2 * time.Millisecond}
	row := Row{Name: "some", Machine: Machine{CPU: "a CPU", Cores: 2, Syncs: 500, Load: "1 2 3"}, Size: "100k", Database: "sqlite"}.
		timed(times).over(3, 2*time.Second).burnt(600*time.Microsecond).weighing(64).against(3).with("lost", 0)
	for _, r := range []Row{row, {Name: "empty"}} {
		if err := p.print(r); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want one for each row:\n%s", len(lines), out.String())
	}
	var got, empty map[string]any
	for i, into := range []*map[string]any{&got, &empty} {
		if err := json.Unmarshal([]byte(lines[i]), into); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]any{
		"name": "some", "n": 3.0, "seconds": 2.0, "per_second": 1.5, "p50_ms": 2.0, "p95_ms": 3.0, "p99_ms": 3.0,
		"cpu_us_per_op": 200.0, "rss_mb": 64.0, "limit_per_second": 3.0, "ratio": 0.5,
		"machine": "a CPU", "cores": 2.0, "sync_per_second": 500.0, "load": "1 2 3", "size": "100k", "database": "sqlite",
		"more": map[string]any{"lost": 0.0}, "note": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(empty))); diff != "" {
		t.Errorf("an empty row has other fields (-want +got):\n%s", diff)
	}
	for _, key := range []string{"p50_ms", "p95_ms", "p99_ms", "cpu_us_per_op", "rss_mb", "limit_per_second", "ratio"} {
		if empty[key] != nil {
			t.Errorf("%s of an empty row is %v, want null", key, empty[key])
		}
	}
}

func TestTextsAreEscapedAsMetaDoes(t *testing.T) {
	if got, want := ascii("ťa \"k\" 👍"), `"\u0165a \"k\" \ud83d\udc4d"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSyncRate(t *testing.T) {
	rate, err := syncRate(t.TempDir(), 20*time.Millisecond)
	if err != nil || rate <= 0 {
		t.Errorf("%f syncs a second, %v", rate, err)
	}
}

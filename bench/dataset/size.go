package dataset

import "fmt"

// Size says how much there is.
type Size struct {
	Name          string
	Conversations int
	Messages      int // in all of them
}

// Sizes are those that can be asked for by name.
func Sizes() []Size {
	return []Size{
		{"100k", 10_000, 100_000},
		{"1m", 1_000_000, 10_000_000},
	}
}

// SizeOf finds a size by its name. "tiny" is for tests of the benchmarks
// themselves.
func SizeOf(name string) (Size, error) {
	for _, s := range append(Sizes(), Size{"tiny", 300, 3000}) {
		if s.Name == name {
			return s, nil
		}
	}
	return Size{}, fmt.Errorf("%q is not a size; use 100k (100,000 messages in 10,000 conversations) or 1m (10,000,000 messages in 1,000,000 conversations)", name)
}

// longThread is how many messages the longest conversation has.
func (s Size) longThread() int { return min(20_000, s.Messages/5) }

const (
	channels  = 10
	agents    = 200 // each in the team of one channel
	overseers = 10  // an owner and admins, who see all
)

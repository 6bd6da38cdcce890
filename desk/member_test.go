package desk

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRolesMayWhatTheTableSays(t *testing.T) {
	roles := []Role{Agent, Supervisor, Admin, Owner}
	want := map[Permission]string{ // one letter per role: y or -
		MaySeeSelf:      "yyyy",
		MayRead:         "yyyy",
		MayReply:        "yyyy",
		MayManage:       "yyyy",
		MayEditContacts: "yyyy",
		MayDelete:       "-yyy",
		MaySeeInfo:      "--yy", // L20
		MayConnect:      "--yy",
		MaySeeHooks:     "--yy",
		MayReplayHooks:  "--yy",
		MayManagePeople: "--yy",
	}
	got := map[Permission]string{}
	for p := range want {
		for _, r := range roles {
			if r.May(p) {
				got[p] += "y"
			} else {
				got[p] += "-"
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
	for _, r := range roles {
		if !r.Valid() {
			t.Errorf("%s is no role", r)
		}
		for _, p := range r.Permissions() {
			if _, ok := want[p]; !ok {
				t.Errorf("%s may %s, which the table above does not know", r, p)
			}
		}
		r.Permissions()[0] = "everything"
		if r.May("everything") {
			t.Errorf("who reads %s's permissions can change them", r)
		}
	}
	for _, r := range []Role{"", "root", "Admin"} {
		if r.Valid() || r.May(MaySeeSelf) || len(r.Permissions()) != 0 {
			t.Errorf("%q is a role", r)
		}
	}
}

func TestRequireNamesTheRole(t *testing.T) {
	a := Actor{Member: Member{Role: Agent}}
	if err := a.require(MayReply); err != nil {
		t.Errorf("refused: %v", err)
	}
	isError(t, a.require(MayDelete), CodeForbidden, "")
}

func TestL08_ScopeIsTheChannelsOfOnesTeams(t *testing.T) {
	const sales, support, shared, retired ID = 31, 32, 33, 34
	teams := []Team{
		{ID: 1, Members: []ID{ann}, Channels: []ID{sales}},
		{ID: 2, Members: []ID{bob}, Channels: []ID{support, sales}},
		{ID: 3, Members: nil, Channels: []ID{retired}},
	}
	channels := []ID{shared, support, retired, sales}
	tests := []struct {
		name   string
		member Member
		want   Scope
	}{
		{"agent of one team", Member{ID: ann, Workspace: 9, Role: Agent}, Scope{Workspace: 9, Member: ann, Channels: []ID{sales, shared}}},
		{"supervisor of another", Member{ID: bob, Workspace: 9, Role: Supervisor}, Scope{Workspace: 9, Member: bob, Channels: []ID{sales, support, shared}}},
		{"agent of no team", Member{ID: 13, Workspace: 9, Role: Agent}, Scope{Workspace: 9, Member: 13, Channels: []ID{shared}}},
		{"admin", Member{ID: 14, Workspace: 9, Role: Admin}, Scope{Workspace: 9, Member: 14, All: true}},
		{"owner", Member{ID: 15, Workspace: 9, Role: Owner}, Scope{Workspace: 9, Member: 15, All: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := scopeOf(tt.member, teams, channels)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("scope (-want +got):\n%s", diff)
			}
			for _, c := range channels {
				if want := tt.want.All || slices.Contains(tt.want.Channels, c); got.Sees(c) != want {
					t.Errorf("sees channel %d = %v, want %v", c, got.Sees(c), want)
				}
			}
		})
	}
	if (Scope{}).Sees(sales) {
		t.Error("the empty scope sees something")
	}
}

func TestScopeFollowsItsRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string, from, to int) []ID {
			ids := rapid.SliceOfDistinct(rapid.IntRange(from, to), func(n int) int { return n }).Draw(t, label)
			out := make([]ID, len(ids))
			for i, n := range ids {
				out[i] = ID(n)
			}
			return out
		}
		channels := some("channels", 30, 36)
		var teams []Team
		for range rapid.IntRange(0, 4).Draw(t, "teams") {
			teams = append(teams, Team{Members: some("members", 11, 13), Channels: some("of team", 30, 38)})
		}
		m := Member{ID: ann, Role: rapid.SampledFrom([]Role{Agent, Supervisor}).Draw(t, "role")}
		got := scopeOf(m, teams, channels)
		if !slices.IsSorted(got.Channels) || got.All {
			t.Fatalf("scope is %+v", got)
		}
		for c := ID(29); c < 40; c++ {
			claimed := slices.ContainsFunc(teams, func(x Team) bool { return slices.Contains(x.Channels, c) })
			mine := slices.ContainsFunc(teams, func(x Team) bool { return slices.Contains(x.Channels, c) && slices.Contains(x.Members, m.ID) })
			if want := slices.Contains(channels, c) && (mine || !claimed); got.Sees(c) != want {
				t.Fatalf("sees %d = %v, want %v with teams %+v", c, got.Sees(c), want, teams)
			}
		}
	})
}

package desk

// An outgoing reaction is shown on its target from the moment it is written.

// planReactionLost takes the reaction m off its target when the customer will not
// see it, unless another has taken its place. What the target had before is not
// known any more, so it shows none.
func planReactionLost(m, target Message) Plan {
	r := m.Content.Reaction
	if r == nil || target.ID != r.Target || target.ReactionOut.Emoji != r.Emoji {
		return nil
	}
	target.ReactionOut.Emoji = ""
	return Plan{SetMessage{target}}
}

// planReactionFound puts a reaction back that counted as lost.
func planReactionFound(m, target Message) Plan {
	r := m.Content.Reaction
	if r == nil || target.ID != r.Target || target.ReactionOut.Emoji != "" {
		return nil
	}
	target.ReactionOut.Emoji = r.Emoji
	return Plan{SetMessage{target}}
}

"""What the operator is told: funnel, outcomes, conversion, from recorded facts."""

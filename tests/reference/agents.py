"""The entities: one Mesa agent one object. They hold their state; the phases say what becomes of it."""

import math

import mesa

from sim import draws

UNBORN, ACTIVE, GRADUATED, DEAD = range(4)
OPEN, HIRING, FAILED, DONE, ORPHAN = range(5)
CANDIDATE, PARTNER, LEFT = range(3)
FREE, ON_MISSION, LAPSED, OFFERED = range(4)
APPLIED, REJECTED, ACCEPTED, STARTED, COMPLETED, DROPPED, UNSERVED, LOST = range(8)
NEVER = -1
CAUSES = "PODSXBKC"
MISSION, COHORT, ACTION, POLE, MARKET = range(5)
UNDIAGNOSED, UNSHARED, SHARED = range(3)
SEAT_OVER, SEAT_TAKEN, SEAT_LEFT = range(3)


class Basin(mesa.Agent):
    """A labour basin: its firms in row order (initial firms, then candidates month by month), its sites."""

    def __init__(self, model, position, data):
        super().__init__(model)
        self.position = position
        self.data = data
        self.cooperation = data.cooperation
        self.local_demand = 0.0
        self.demand = 0.0
        self.births = 0.0
        self.spillover = 0.0
        self.grant_pending = 0.0
        self.grant_fund = 0.0
        self.grants_paid = 0.0
        self.agreements = 0
        self.firms = []
        self.ends = []
        self.sites = []
        self.living = data.smes  # firms alive at the end of last month
        self.cuts = 0.0  # jobs that its sites cut this month
        self.hires = {}  # project hires of the month by sector

    def existing(self, month):
        """Rows below ``ends[month]``."""
        return self.firms[: self.ends[month]]


class Firm(mesa.Agent):
    """A small or medium-sized firm, or a candidate for birth."""

    def __init__(self, model, uid, basin):
        super().__init__(model)
        self.uid = uid
        self.basin = basin
        self.size = 0.0
        self.born = 0
        self.sector = 0
        self.status = UNBORN
        self.died = NEVER
        self.capability = self.baseline = 0.0
        self.openness = self.finance = self.success = 0.0
        self.exit_factor = self.open_factor = self.own_growth = 0.0
        self.project = None
        self.file = None
        self.researcher = None
        self.supported = NEVER
        self.followed_until = NEVER
        self.followup = 0.0
        self.decay = 0.0
        self.advice = 0.0
        self.gains = False  # in the list of firms with a gain
        self.ties = 0.0
        self.tied = 0  # month in which there were so many
        self.tied_by = None  # local scheme of the cohort
        self.entry_size = 0.0
        self.dependence = 1.0
        self.exposure = [0.0] * len(model.spec.schemes)
        self.causes = dict.fromkeys(CAUSES, 0.0)
        self.events = ""  # of the month: "adjusts", "opens"

    @property
    def alive(self):
        return self.status in (ACTIVE, GRADUATED)

    def change(self, cause, jobs):
        """Adds jobs for a cause."""
        self.size += jobs
        self.causes[cause] += jobs

    def graduate_if_large(self):
        """At 250 jobs a firm is no longer an SME, for good."""
        if self.size >= 250.0:
            self.status = GRADUATED

    def update_factors(self):
        """Factors that follow capability."""
        e, distance = self.model.economy, 2.0 * self.capability - 1.0
        self.exit_factor = math.exp(-e.exit_capability * distance)
        self.open_factor = math.exp(e.project_rate_capability * distance)
        gain = self.capability - self.baseline
        self.own_growth = e.growth_capability * (2.0 * self.baseline - 1.0) + e.growth_gain * gain

    def ties_left(self, month):
        """What is left of the ties, as long as they are lost as fast as now."""
        if self.ties == 0.0:
            return 0.0
        rule = self.tied_by.rule
        loss = rule["tie_loss"] * (1.0 - rule["alumni_events"]) / 12.0
        return self.ties * math.exp(-loss * (month - self.tied))

    def gain_joins(self, before, rate):
        """A gain that fades at this rate joins that of before: a mean by size."""
        gained = self.capability - before
        left = before + (self.file.dip if self.file is not None else 0.0) - self.baseline
        if left > 0.0:
            rate = (left * self.decay + gained * rate) / (left + gained)
        self.decay = rate

    def die(self, month):
        """Exit: its open project is an orphan; files and hiring projects are dealt with in their phases."""
        self.causes["X"] -= self.size
        self.size = 0.0
        self.status = DEAD
        self.died = month
        if self.project is not None:
            self.project.state = ORPHAN
            self.project = None


class Site(mesa.Agent):
    """A large establishment."""

    def __init__(self, model, row, basin, entity):
        super().__init__(model)
        self.row = row
        self.basin = basin
        self.entity = entity
        self.fatigue = 0.0
        self.wear = 0.0
        self.missions_year = 0
        self.last_start = NEVER
        self.days_total = 0.0
        self.jobs_cut = 0.0
        self.persons = [Person(model, 40 * row + j) for j in range(40)]
        self.partnerships = []


class Person(mesa.Agent):
    """Somebody at a site who may be willing to help."""

    def __init__(self, model, row):
        super().__init__(model)
        self.row = row
        self.state = FREE
        self.missions = 0
        self.local = None
        self.days_year = 0.0
        self.link = None  # the partnership that offers it, while it waits for a cohort
        self.offered = NEVER
        self.skill = 0.0


class LocalScheme(mesa.Agent):
    """A scheme in a basin, with its own row of rules."""

    def __init__(self, model, row, position, code, basin, start, rules):
        super().__init__(model)
        self.row = row
        self.scheme = position
        self.code = code
        self.basin = basin
        self.start = start
        self.rule = rules
        self.alive = False
        self.closed = NEVER
        self.partnerships = []
        self.partners = self.under_way = self.alumni = self.members = 0
        self.invitations = self.reticence = 0.0  # to become a member, so far; not heeded at distance 1
        self.reached = 0.0  # farthest reach so far
        self.appeal = 1.0
        self.member_rows = {}  # memberships by firm
        self.market = None
        self.paid_days = self.paid_days_total = 0.0
        self.fund = self.endowed = self.routed = 0.0
        self.advanced = self.repaid = self.outstanding = self.lost = 0.0
        self.coordination_cost = self.expert_cost = self.firm_cost = 0.0
        self.days = 0.0
        self.missions = 0
        self.routed_agreements = 0
        self.opened = False  # for good
        self.turn = 0.0  # in the roll-out, in months with their fraction
        self.cohorts_year = self.in_session = self.waiting = 0
        self.rigour = 0.0
        self.trained = self.in_training = 0.0  # of all local schemes, kept by the parent
        self.outreach = [0.0]  # total at the start of each month
        self.agenda = 0.0  # weight of small firms in it, where it is a pôle
        self.service = 1.0
        self.unclaimed = self.claimed = 0.0
        self.claim_due = self.strained = 0
        self.judged = self.selected = self.group_filed = self.group_funded = 0
        self.aid_committed = self.aid_paid = self.aid_cancelled = 0.0

    def has_member(self, firm):
        """Whether a firm is a member now."""
        return firm in self.member_rows and self.member_rows[firm].member

    def heard_by(self, firm):
        """Campaigns and word of mouth that a firm has heard since it was born."""
        return self.outreach[self.model.month + 1] - self.outreach[max(firm.born, 0)]


class Partnership(mesa.Agent):
    """What a site is to a local scheme."""

    def __init__(self, model, row, site, local):
        super().__init__(model)
        self.row = row
        self.site = site
        self.local = local
        self.state = CANDIDATE
        self.joined = self.left = self.asked = NEVER
        self.founder = False
        self.load = 0.0
        self.buyer = None


class Project(mesa.Agent):
    """A project of a firm."""

    def __init__(self, model, firm, opened, due, need, jobs):
        super().__init__(model)
        self.row = NEVER
        self.firm = firm
        self.opened = opened
        self.due = due
        self.need = need
        self.jobs = jobs
        self.state = OPEN
        self.hired_months = 0
        self.met = 0.0
        self.finance = 0.0
        self.granted = False
        self.tried = 0

    @property
    def structuring(self):
        return self.need <= 2


class File(mesa.Agent):
    """An application for support; ``step`` counts the actions of the pathway before it."""

    def __init__(self, model, project, local, month, attempt, step=0):
        super().__init__(model)
        self.row = len(model.files)
        self.firm = project.firm
        self.project = project
        self.local = local
        self.applied = month
        self.decided = self.accepted = self.started = self.ended = NEVER
        self.state = APPLIED
        self.attempt = attempt
        self.judged = False  # by a committee
        self.asked = 0
        self.person = None
        self.link = None
        self.paid = False
        self.cohort = NEVER  # number of its cohort or group
        self.own_cohort = None
        self.read_rightly = False
        self.step = step
        self.need = project.need
        self.theme = NEVER
        self.diagnosed = UNDIAGNOSED
        self.young = month - project.firm.born < local.rule["age_min_months"]
        self.merit = 0.0
        self.size = project.firm.size
        self.jobs = project.jobs if step == 0 else 0.0
        self.agreed = self.days = 0.0  # of help: by design, as it started; received
        self.advance = self.outstanding = 0.0
        self.cash = 0
        self.ready = self.is_ready()
        self.care = 1.0
        self.dip = 0.0
        self.plan = NEVER
        self.value = 0.0
        self.carried_out = False
        self.firm.file = self
        project.tried += 1
        model.files.append(self)
        model.open_files.append(self)

    def is_ready(self):
        """Whether the director is ready to commit; campaigns bring those who are less so."""
        rule, firm, code = self.local.rule, self.firm, self.local.code
        heard = self.local.heard_by(firm)
        known = heard + firm.exposure[self.local.scheme]
        by_campaign = heard / known if known != 0.0 else 0.0
        chance = rule["readiness"] * (1.0 - rule["campaign_misfit"] * by_campaign)
        return self.model.u(draws.READINESS, firm.uid, self.project.opened, code) < chance

    def end(self, state, month):
        """The firm is free again; an acceptance or a start no longer occupies the coordinators."""
        if self.state in (ACCEPTED, STARTED):
            self.local.under_way -= 1
        self.state = state
        self.ended = month
        self.firm.file = None


class Seat(mesa.Agent):
    """The seat of a volunteer in a cohort."""

    def __init__(self, model, cohort, person, link, month):
        super().__init__(model)
        self.cohort = cohort
        self.person = person
        self.link = link
        self.started = month
        self.under_way = SEAT_TAKEN


class Cohort(mesa.Agent):
    """Directors and volunteers who meet; ``cohort`` of its files and seats is its row."""

    def __init__(self, model, local, month, directors, seats, employers):
        super().__init__(model)
        self.row = len(model.cohorts)
        self.local = local
        self.started = month
        self.open = True
        self.directors = directors
        self.seats = self.present = seats
        self.days = local.rule["days"]  # of each volunteer, whatever becomes of the rule
        self.employers = employers
        model.cohorts.append(self)


class Theme(mesa.Agent):
    """The seats of a scheme for one need, over all its basins."""

    def __init__(self, model):
        super().__init__(model)
        self.supply = 1.0 / 7.0
        self.credit = 0.0
        self.recorded = 0

"""Why figures are missed, in plain words, by fact id; written after the misses were seen, and changing
nothing."""

from collections.abc import Mapping

MISSES: Mapping[str, str] = {
    "S1-02": "Two sources give 100 and 120 large firms for the same months, and 120 had been there four "
    "years before. The model counts sites, and a firm with a site at two tables is one firm "
    "there and two here.",
    "S1-08": "A hair above its tolerance. Firms under three years old apply as often as the figure asks only "
    "if almost nothing else decides who applies.",
    "ALZ-01": "The model is late: hires of a project come a year or more after it is accepted and are spread "
    "over twelve months, so that few jobs of the later basins are there by 2003. Operators may have counted "
    "jobs when they were planned.",
    "VOL-33": "Mentors of another scheme, in the Paris region, who choose whom they help and how often. Here "
    "large firms send the people they have, and the same ones are asked again.",
    "REV-13": "The model grants a fixed sum a job, the 4,000 euros of the national target; agreements of "
    "Île-de-France paid a quarter more.",
    "ALZ-30": "Projects go on rising after 2007 in the model: new basins open and nothing makes the older "
    "ones do less. Published totals imply that basins did about half as much in 2016 as in their first ten "
    "years; neither wear of volunteers nor the crisis of 2008 brings that about here.",
    "ALZ-31": "The same as ALZ-30: twice the projects, of the days given as data, are twice the days.",
    "DEM-31": "One law of size serves all sectors. It meets the classes of all firms; manufacturing has "
    "larger firms than that.",
    "DEM-34a": "Nothing in the model turns growth back: a small firm that grew one year is no likelier to "
    "shrink the next, and the jobs of one project fall into two years.",
    "POL-29": "Thousands of euros a firm, over members of up to 5,000 jobs; the model's members have at most "
    "250, and do less research each. The effect in percent, which does not hang on size, was fitted.",
}

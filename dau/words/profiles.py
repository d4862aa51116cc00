"""What `dau profiles` says: key -> (Chinese, English)."""

from typing import Final

WORDS: Final = {
    "profiles": ("仪表模板: 列出、查看、检验", "Profiles of instruments: list, show and test them"),
    "profiles.list": (
        "列出全部模板, 或含有所有给定词的模板",
        "List all profiles, or those in which all of the words occur",
    ),
    "profiles.show": ("显示一个模板文件", "Print the file of a profile"),
    "profiles.test": (
        "检验模板并运行其中的实测报文; 可给出名称或文件",
        "Check profiles, named or by their files, and run the golden frames in them",
    ),
    "profiles.beside": (
        "该文件夹内的 profiles 文件夹优先",
        "Profiles in the folder `profiles` of this folder win over shipped ones",
    ),
    "profiles.id": ("名称", "profile"),
    "profiles.kind": ("类别", "kind"),
    "profiles.reliability": ("可信度", "reliability"),
    "profiles.title": ("说明", "title"),
    "profiles.count": ("共 {count} 个", "{count} profiles"),
    "profiles.tested": (
        "{name}: {count} 个报文样例, {failed} 处不符",
        "{name}: {count} examples, {failed} differences",
    ),
}

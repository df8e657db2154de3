#!/usr/bin/env pwsh
using namespace System.IO

<#
.SYNOPSIS
    A script.
#>
param(
    [string]$Path = ".",
    [switch]$Force
)

$Limit = 10
$script:Count = 0
$Table = @{
    Name = "x"
    Size = 3
}
$Table.Name = "y"

# Adds one.
function Add-One {
    [CmdletBinding()]
    param([int]$Value)
    begin { $local = 1 }
    process {
        if ($Value -gt 1) { return $Value } else { Write-Output $local }
        foreach ($x in 1..3) { Write-Host $x }
        switch ($Value) { 1 { "one" } default { "more" } }
    }
}

function global:Get-Thing($a, $b) {
    function Inner { 1 }
    try { Inner } catch { throw }
}

filter Select-Even { if ($_ % 2 -eq 0) { $_ } }

enum Color {
    Red
    Green = 5
}

class Animal {
    [string]$Name
    static [int]$Total = 0
    hidden [int]$age

    Animal([string]$name) {
        $this.Name = $name
    }

    [string] Speak() {
        return "..."
    }

    static [int] Many([int]$n) { return $n }
}

class Dog : Animal {
    Dog() { $this.Name = "dog" }
    [string] Speak() { return "wuff" }
}

Get-ChildItem $Path | ForEach-Object { Add-One $_.Length }
